from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
