package command

// apiParts says, for the APIs that hold other commands in their argument, how to find them.
func apiParts() map[string]partsFunc {
	return map[string]partsFunc{}
}

// appParts does the same for applications.
func appParts() map[string]partsFunc {
	return map[string]partsFunc{
		"socket": socketParts,
	}
}

// setParts puts functions into the catalogue's entries.
func setParts(table map[string]*entry, parts map[string]partsFunc) {
	for name, f := range parts {
		table[name].parts = f
	}
}
