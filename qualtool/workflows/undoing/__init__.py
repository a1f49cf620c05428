"""Every act can be taken back, and every earlier state be seen."""
