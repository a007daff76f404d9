package cli

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"eslguard/internal/cli/console"
	"eslguard/policy"
)

// maxExposed is how many such files and folders are named; the rest are counted.
const maxExposed = 10

// policyExposed says which of the policy's files and folders, and of the files with upstreams'
// passwords, others may write, since they can allow anything to anyone, and which of those with
// passwords or hashes everyone may read. It is nil where there is none. What cannot be looked at is
// left out; who reads it says so.
func policyExposed(path string, pol *policy.Policy) []string {
	var doubts []string
	add := func(doubt string) {
		if doubt != "" && !slices.Contains(doubts, doubt) {
			doubts = append(doubts, doubt)
		}
	}
	const hashes = "the hashes of the clients' passwords"
	secret := pol.FilesWithHashes()
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		add(writableDoubt("the policy's folder", path, othersMayWrite))
		for _, name := range pol.Summary().Files {
			add(writableDoubt("the policy's file", filepath.Join(path, name), othersMayWrite))
			if slices.Contains(secret, name) {
				add(readableDoubt("the policy's file", filepath.Join(path, name), hashes))
			}
		}
	} else {
		add(writableDoubt("the policy's file", path, othersMayWrite))
		if len(secret) > 0 {
			add(readableDoubt("the policy's file", path, hashes))
		}
		add(writableDoubt("the policy's folder", filepath.Dir(path), othersMayReplace))
	}
	upstreams := pol.Upstreams()
	for _, name := range slices.Sorted(maps.Keys(upstreams)) {
		if file := upstreams[name].PasswordFile(); file != "" {
			add(writableDoubt("the password's file of the upstream "+console.Shown(name), file, othersMayWrite))
			add(readableDoubt("the password's file of the upstream "+console.Shown(name), file, "the switch's own password"))
			add(writableDoubt("the folder of the password of the upstream "+console.Shown(name), filepath.Dir(file), othersMayReplace))
		}
	}
	return fewDoubts(doubts)
}

// auditWritable says whether others may write the audit's folder or file, which has been opened.
func auditWritable(path string) []string {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	what, folder := "the audit's folder", filepath.Dir(path)
	if !info.IsDir() {
		what = "the audit's file"
	}
	var doubts []string
	for _, doubt := range []string{
		writableDoubt(what, path, othersMayWrite),
		writableDoubt("the folder that the audit is in", folder, othersMayReplace),
	} {
		if doubt != "" {
			doubts = append(doubts, doubt)
		}
	}
	return doubts
}

// writableDoubt says that others may write, as far as may says it of what is at path, and "" where
// they may not.
func writableDoubt(what, path string, may func(fs.FileInfo) bool) string {
	info, err := os.Stat(path)
	if err != nil || !may(info) {
		return ""
	}
	mode := info.Mode().Perm()
	return fmt.Sprintf("others may write %s, %s (mode %04o; chmod go-w keeps them out)", what, console.Shown(path), mode)
}

// readableDoubt says that everyone on this host may read what is at path and what they learn by it,
// and "" where they may not.
func readableDoubt(what, path, secret string) string {
	info, err := os.Stat(path)
	if err != nil || !othersMayRead(path, info) {
		return ""
	}
	return fmt.Sprintf("everyone may read %s, %s, and so %s (mode %04o; chgrp it to the group that eslguard runs as, then chmod o-r keeps the others out)",
		what, console.Shown(path), secret, info.Mode().Perm())
}

// fewDoubts bounds a list of doubts, and counts the rest.
func fewDoubts(doubts []string) []string {
	if more := len(doubts) - maxExposed; more > 0 {
		return append(slices.Clip(doubts[:maxExposed]), fmt.Sprintf("others may write or read %d more of the policy's files", more))
	}
	return doubts
}
