// Package mosaic is a picture that is drawn, not filmed: flat cells of 4×4 pixels. It is what the encoders beside it take.
package mosaic
