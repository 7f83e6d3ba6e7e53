// Package bitstream writes what H.264 and H.265 have in common below their syntax: bits, Exp-Golomb codes, and NAL units
// with emulation prevention.
//
// Sources: ITU-T H.264 (08/2021) clauses 7.4.1 and 9.1; ITU-T H.265 (08/2021) clauses 7.4.2 and 9.2, which agree.
package bitstream
