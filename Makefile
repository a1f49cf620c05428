# Everything is done by bootstrap.py, which needs only Python's standard library.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)

.PHONY: demo demo-reset setup test check bench bench-reliability
demo demo-reset setup check:
	@$(if $(PYTHON),,echo "python3 is missing (on Debian and Ubuntu: sudo apt install python3 python3-venv)"; exit 1)
	@"$(PYTHON)" bootstrap.py $@

test bench bench-reliability:
	@$(if $(PYTHON),,echo "python3 is missing (on Debian and Ubuntu: sudo apt install python3 python3-venv)"; exit 1)
	@"$(PYTHON)" bootstrap.py $@ $(ARGS)
