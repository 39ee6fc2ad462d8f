"""How submissions come in: files, folders, notebooks and archives, each given to its learner."""
