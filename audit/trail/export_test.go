package trail

import (
	"os"

	"eslguard/audit"
)

// Path returns the path of the segment at this moment: it may be compressed at any time.
func (s Segment) Path() string {
	if _, err := os.Stat(s.path); err != nil {
		if _, err := os.Stat(s.path + audit.CompressedSuffix); err == nil {
			return s.path + audit.CompressedSuffix
		}
	}
	return s.path
}
