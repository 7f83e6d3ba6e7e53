package mission

import "groundstation/fleet"

// alarmSubject is what an alarm is about.
type alarmSubject struct {
	vehicle fleet.VehicleID
	dock    fleet.DockID
	sortie  fleet.SortieID
}

// alarmID is the code and the subject, so that raising it again is the same alarm.
func alarmID(code, subject string) string {
	if subject == "" {
		return code
	}
	return code + ":" + subject
}

func (s alarmSubject) id(code string) string {
	if s.vehicle != "" {
		return alarmID(code, string(s.vehicle))
	}
	return alarmID(code, string(s.dock))
}

// raise makes an alarm active. An active one with the same text is left as it is; one that was acknowledged and comes
// back, or gets worse, must be acknowledged again.
func (d *Desk) raise(s alarmSubject, code, severity, text string) {
	d.setAlarm(s.id(code), Alarm{Code: code, Severity: severity, Vehicle: s.vehicle, Dock: s.dock, Sortie: s.sortie, Text: text, Active: true})
}

// note makes an alarm of something that is over already: it stays until it is acknowledged.
func (d *Desk) note(s alarmSubject, subject, code, severity, text string) {
	d.setAlarm(alarmID(code, subject), Alarm{Code: code, Severity: severity, Vehicle: s.vehicle, Dock: s.dock, Sortie: s.sortie, Text: text})
}

func (d *Desk) setAlarm(id string, a Alarm) {
	a.ID, a.At = id, d.now
	old := d.alarms[id]
	if old != nil && old.Active && a.Active && old.Sortie == a.Sortie && old.Severity == a.Severity {
		if old.Text != a.Text {
			old.Text = a.Text
			d.touch(KindAlarm, id)
		}
		return
	}
	d.alarms[id] = &a
	d.change(KindAlarm, id, "alarm.raised", "desk")
}

// lower says that the cause of an alarm is gone. It goes when it is acknowledged too.
func (d *Desk) lower(code, subject string) {
	a := d.alarms[alarmID(code, subject)]
	if a == nil || !a.Active {
		return
	}
	b := *a
	b.Active = false
	d.alarms[b.ID] = &b
	d.settleAlarm(b.ID, "alarm.cleared", "desk")
}

func (d *Desk) settleAlarm(id, act, by string) {
	if a := d.alarms[id]; !a.Active && a.AckBy != "" {
		delete(d.alarms, id)
	}
	d.change(KindAlarm, id, act, by)
}

// notice is an alarm of another part of the station.
func (d *Desk) notice(r Request, n Notice) {
	if n.Active {
		d.raise(alarmSubject{vehicle: n.Vehicle}, n.Code, n.Severity, n.Text)
	} else {
		d.lower(n.Code, string(n.Vehicle))
	}
	d.reply(r, nil, nil)
}

// ack notes that somebody has seen an alarm.
func (d *Desk) ack(r Request, body AckAlarm) {
	a := d.alarms[body.ID]
	if a == nil {
		d.reply(r, nil, fleet.Refuse("unknown-alarm", "there is no alarm %q", body.ID))
		return
	}
	b := *a
	if b.AckBy == "" {
		at := d.now
		b.AckBy, b.AckAt = r.By, &at
	}
	d.alarms[body.ID] = &b
	d.settleAlarm(body.ID, "alarm.acknowledged", r.By)
	d.then(func(err error) {
		if err != nil {
			d.reply(r, nil, notKept(err))
			return
		}
		d.reply(r, b, nil)
	})
}
