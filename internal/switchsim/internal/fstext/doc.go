// Package fstext has the text functions of C and of FreeSWITCH that the simulator needs: comparing,
// splitting, quoting and encoding. Their results are those of the originals, also for text that no
// one would write. They depend on their arguments alone.
package fstext
