"""What people and the machine do: one public function for each thing, each with its own transaction, audit and due rows."""
