"""Factor intelligence at work: from a request to an answer that says what it rests on."""
