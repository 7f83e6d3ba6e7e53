package geo

import (
	"math"
	"time"
)

// SunElevation is how high the middle of the sun stands over the horizon of a place, degrees, without refraction; negative
// below it. Good to half a degree: declination and equation of time are NOAA's series of the fractional year
// ("General Solar Position Calculations", NOAA Global Monitoring Division).
func SunElevation(at time.Time, place LatLon) float64 {
	at = at.UTC()
	hours := float64(at.Hour()) + float64(at.Minute())/60 + float64(at.Second())/3600
	days := float64(time.Date(at.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay())
	year := 2 * math.Pi / days * (float64(at.YearDay()-1) + (hours-12)/24)
	s1, c1 := math.Sincos(year)
	s2, c2 := math.Sincos(2 * year)
	s3, c3 := math.Sincos(3 * year)
	declination := 0.006918 - 0.399912*c1 + 0.070257*s1 - 0.006758*c2 + 0.000907*s2 - 0.002697*c3 + 0.00148*s3
	equation := 229.18 * (0.000075 + 0.001868*c1 - 0.032077*s1 - 0.014615*c2 - 0.040849*s2) // minutes
	hourAngle := (hours*15 + equation/4 + place.Lon - 180) * math.Pi / 180
	lat := place.Lat * math.Pi / 180
	up := math.Sin(lat)*math.Sin(declination) + math.Cos(lat)*math.Cos(declination)*math.Cos(hourAngle)
	return math.Asin(max(-1, min(1, up))) * 180 / math.Pi
}
