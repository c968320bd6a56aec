"""Where frames are computed: recipes become tasks, tasks go to workers, results stay under their hash."""
