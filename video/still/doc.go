// Package still gives single pictures of a source: its latest key picture as it was encoded, for a browser that decodes
// it itself, and as JPEG where ffmpeg is installed.
//
// Pictures of a source are shared by whoever asks within a second, so that a wall of cameras in many browsers costs one
// reading of each.
package still
