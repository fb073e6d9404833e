"""Makes the packaged fits of the tone anew, after a change of their examples: `python -m simulator.importer.fits`."""

from edge_assistant.embedding import default_embedder
from simulator.importer.language.tone import QUESTIONS, save

if __name__ == "__main__":
    for question in QUESTIONS:
        save(question, default_embedder())
