# Read by CMake at the start of llama-cpp-python's build: leaves out the helper library of llama.cpp's command line
# tools, which the Python package does not use. It is half of the work: 6 instead of 12 minutes of processor time.
set(LLAMA_BUILD_COMMON OFF)
