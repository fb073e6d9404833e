"""Makes the packaged fits of the tone anew: `python -m simulator.people.importer.fits`."""

from edge_assistant.llm.embedding import default_embedder
from simulator.people.importer.language.tone import QUESTIONS, save

if __name__ == "__main__":
    for question in QUESTIONS:
        save(question, default_embedder())
