# Runs after the README's commands for Python, in the same shell: checks the types of the program, and runs it.
pip install --quiet mypy==2.4.1
MYPYPATH=. mypy --strict --warn-unreachable --follow-imports=silent --cache-dir mypy "$HERE/conformance.py"
result
PYTHONPATH=. PYTHONDONTWRITEBYTECODE=1 python "$HERE/conformance.py"
