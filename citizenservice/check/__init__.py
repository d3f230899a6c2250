"""The installation's self-test: an enquiry and a reply on each channel, through the same doors that people use."""
