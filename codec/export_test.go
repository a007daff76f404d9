package codec

// Buffered returns how many bytes have been read from the source but not yet returned as frames. It
// is 0 after an error that Next repeats.
func (r *ClientReader) Buffered() int { return r.in.buffered() }
