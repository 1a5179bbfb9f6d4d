"""What managers watch and agents work from: the questions of the boards, each with its rows."""
