//go:build !linux

package wire

// maxIovecs is how many buffers writevOnce is given.
const maxIovecs = 64

// writevOnce writes bufs to a descriptor that does not block, one after the other, until it takes
// no more.
func writevOnce(fd uintptr, bufs [][]byte) (total int, err error) {
	for _, b := range bufs {
		n, err := writeOnce(fd, b)
		total += max(n, 0)
		if err != nil || n < len(b) {
			return total, err
		}
	}
	return total, nil
}
