package codec

// isControl reports whether c is a control character, which header text may not contain. A TAB is
// not one, an LF is.
func isControl(c byte) bool {
	return c < 0x20 && c != '\t' || c == 0x7f
}

func hasControl(b []byte) bool {
	for _, c := range b {
		if isControl(c) {
			return true
		}
	}
	return false
}
