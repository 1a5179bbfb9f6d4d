"""Does a dossier hold? What was signed, the chains, the seal, the record, and the answers judged anew; line by line, in words."""
