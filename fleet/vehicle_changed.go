package fleet

// ChangedFrom says whether v differs from what was told in what nobody may see late. All else may be conflated. Cameras, the
// gimbal's manager, the plan and what has a time of its own are compared by reference: who changes one makes a new one.
func (v *Vehicle) ChangedFrom(told *Vehicle) bool {
	return v.Link != told.Link || v.Uplink != told.Uplink || v.BootID != told.BootID ||
		v.Mode != told.Mode || v.ModeName != told.ModeName || v.Armed != told.Armed || v.Landed != told.Landed ||
		v.Failsafe != told.Failsafe || v.FailsafeCause != told.FailsafeCause || v.PrearmOK != told.PrearmOK ||
		v.GPS.Fix != told.GPS.Fix || (v.Home == nil) != (told.Home == nil) || v.Home != nil && *v.Home != *told.Home ||
		v.Mission.ID != told.Mission.ID || v.Mission.State != told.Mission.State ||
		v.Mission.Seq != told.Mission.Seq || v.Mission.Total != told.Mission.Total || v.Plan != told.Plan ||
		v.Safety.OK != told.Safety.OK || v.Safety.CheckedAt != told.Safety.CheckedAt || v.Safety.ChangedAt != told.Safety.ChangedAt ||
		v.ChecksAt != told.ChecksAt || !sameCameras(v.Cameras, told.Cameras) || v.gimbalManager() != told.gimbalManager() ||
		v.remoteIDState() != told.remoteIDState() || v.manualStage() != told.manualStage()
}

func sameCameras(a, b []Camera) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func (v *Vehicle) gimbalManager() *GimbalManager {
	if v.Gimbal == nil {
		return nil
	}
	return v.Gimbal.Manager
}

func (v *Vehicle) remoteIDState() RemoteIDState {
	if v.RemoteID == nil {
		return ""
	}
	return v.RemoteID.State
}

func (v *Vehicle) manualStage() ManualStage {
	if v.Manual == nil {
		return ""
	}
	return v.Manual.Stage
}
