"""The words: catalogues, prompts, instruments and the sample community."""
