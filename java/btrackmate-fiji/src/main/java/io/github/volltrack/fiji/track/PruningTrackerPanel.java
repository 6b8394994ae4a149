/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.track;

import fiji.plugin.trackmate.Model;
import fiji.plugin.trackmate.gui.components.ConfigurationPanel;
import fiji.plugin.trackmate.gui.components.tracker.LAPTrackerSettingsPanel;
import io.github.volltrack.fiji.panel.SettingsForm;
import io.github.volltrack.fiji.settings.SettingsMap;
import io.github.volltrack.fiji.settings.SettingsSchema;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tracker's page of the wizard: TrackMate's own page of the LAP tracker, and rows of pruning below. */
final class PruningTrackerPanel extends ConfigurationPanel {

    private static final long serialVersionUID = 1L;

    private final ConfigurationPanel linking;
    private final SettingsForm pruning;
    private final transient Map<String, Object> defaults;
    private final transient PenaltiesAside penalties;

    PruningTrackerPanel(final Model model, final String name, final Map<String, Object> defaults) {
        super();
        linking = new LAPTrackerSettingsPanel(name, model.getSpaceUnits(), model.getFeatureModel().getSpotFeatures(),
                model.getFeatureModel().getSpotFeatureNames());
        pruning = makeForm(model.getTimeUnits());
        this.defaults = new LinkedHashMap<>(defaults);
        penalties = new PenaltiesAside(model.getFeatureModel().getSpotFeatures());
        setPreferredSize(new Dimension(300, 500));
        setLayout(new BorderLayout());
        add(linking, BorderLayout.CENTER);
        add(pruning, BorderLayout.SOUTH);
        setSettings(defaults);
    }

    /** Makes the rows of pruning. */
    static SettingsForm makeForm(final String timeUnits) {
        final SettingsForm form = new SettingsForm();
        form.addHeading("Minimum tracklet length (0: off)");
        form.addNumber(PruneKeys.KEY_MIN_LENGTH, "Shorter is removed:", "");
        form.addChoice(PruneKeys.KEY_UNIT, "Unit (TIME: " + timeUnits + "):", SettingsSchema.PRUNE.words("unit"));
        form.addCheck(PruneKeys.KEY_LEAF_TRACKLETS, "Daughters that end early");
        form.addCheck(PruneKeys.KEY_WHOLE_TRACKS, "Also tracks without division");
        form.addCheck(PruneKeys.KEY_ROOT_TRACKLETS, "Also tracklets before the first division");
        return form;
    }

    @Override
    public void setSettings(final Map<String, Object> settings) {
        final Map<String, Object> whole = SettingsMap.complete(settings, defaults);
        linking.setSettings(penalties.takeOut(whole));
        pruning.show(whole);
    }

    @Override
    public Map<String, Object> getSettings() {
        final Map<String, Object> settings = penalties.putBack(linking.getSettings());
        settings.putAll(pruning.read());
        return settings;
    }

    @Override
    public void clean() {
        linking.clean();
    }
}
