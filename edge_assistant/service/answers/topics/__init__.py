"""What can be asked, one file a topic; each registers its answerers in `answerer.ANSWERERS`."""
