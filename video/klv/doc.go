// Package klv writes where a camera was and where it looked as a local set of MISB ST 0601 (UAS Datalink), the metadata
// that goes beside a picture in an MPEG transport stream (MISB ST 1402).
//
// A set is a universal key, a length, and items of tag, length and value; the time stamp is the first item and a
// checksum the last. Angles are integers that spread over a range; what is outside of a range is left out, or told by the
// item with the wider one.
package klv
