# In the place of the README's commands for Python: installs the wheel of a release.
python3 -m venv venv && . venv/bin/activate
pip install --quiet "$DIST"/python/*.whl
