package codec

// isControl reports whether c may not stand in header text. LF is among those.
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
