// Package policyfile is what the command line does with the files of a policy: it loads them,
// describes a policy and the differences between two of them in words, and warns of what is wrong
// with them on this host, such as passwords that cannot be read and files that others may write.
package policyfile
