/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.track;

import fiji.plugin.trackmate.Model;
import fiji.plugin.trackmate.SpotCollection;
import fiji.plugin.trackmate.gui.components.ConfigurationPanel;
import fiji.plugin.trackmate.tracking.SpotTracker;
import fiji.plugin.trackmate.tracking.SpotTrackerFactory;
import fiji.plugin.trackmate.tracking.TrackerKeys;
import fiji.plugin.trackmate.tracking.jaqaman.LAPUtils;
import fiji.plugin.trackmate.util.TMUtils;
import io.github.volltrack.core.error.VollTrackException;
import io.github.volltrack.fiji.NamedModule;
import io.github.volltrack.fiji.panel.SettingsForm;
import io.github.volltrack.fiji.settings.SettingsMap;
import io.github.volltrack.fiji.settings.SettingsSchema;
import java.util.HashMap;
import java.util.Map;
import org.jdom2.Element;
import org.scijava.plugin.Plugin;

/** The tracker as TrackMate 7.14 and 8.1 know it; methods that only 8.1 calls say so. */
@Plugin(type = SpotTrackerFactory.class)
public final class PruningTrackerFactory extends NamedModule implements SpotTrackerFactory {

    /** TrackMate's name of this tracker in files. */
    public static final String KEY = "BTRACKMATE_LAP_TRACKER";

    /** Its name in menus. */
    public static final String NAME = "BTrackMate LAP tracker with minimum tracklet length";

    private static final String INFO = "TrackMate's LAP tracker, then a look at the tracklets between divisions: "
            + "a daughter that ends before the minimum length, and does not divide, is taken for a wrong division and "
            + "unlinked; the shortest go first, and what remains is looked at again. Spots are not deleted.";

    private String errorMessage = "";
    private PruningTracker latest;

    /** Makes the factory. */
    public PruningTrackerFactory() {
        super(KEY, NAME, INFO);
    }

    @Override
    public SpotTracker create(final SpotCollection spots, final Map<String, Object> settings) {
        latest = new PruningTracker(spots, linkingOf(settings), settings);
        return latest;
    }

    /**
     * Returns how many tracklets were too short in the latest run of a tracker of this factory.
     *
     * @return 0 or more.
     */
    public int removedTracklets() {
        return latest == null ? 0 : latest.removedTracklets();
    }

    @Override
    public Map<String, Object> getDefaultSettings() {
        final Map<String, Object> settings = linkingDefaults();
        // without it there is no lineage
        settings.put(TrackerKeys.KEY_ALLOW_TRACK_SPLITTING, SettingsSchema.LINK.isOn("splitting"));
        settings.putAll(PruneKeys.defaults());
        return settings;
    }

    @Override
    public boolean checkSettingsValidity(final Map<String, Object> settings) {
        try {
            // TrackMate keeps the map if it passes, and fills its gaps with nulls: a map of another tracker must not pass
            SettingsMap.requireWhole(settings, getDefaultSettings());
            PruneKeys.of(settings);
        } catch (final VollTrackException exception) {
            errorMessage = NAME + ": " + exception.getMessage();
            return false;
        }
        final StringBuilder faults = new StringBuilder();
        final boolean isValid = LAPUtils.checkSettingsValidity(linkingOf(settings), faults, true);
        if (!isValid) {
            errorMessage = NAME + ": " + faults.toString().trim();
        }
        return isValid;
    }

    /**
     * Checks the settings; called by TrackMate 8.1.
     *
     * @param settings
     *            the map.
     * @return null, or what is wrong.
     */
    public String checkSettings(final Map<String, Object> settings) {
        return checkSettingsValidity(settings) ? null : errorMessage;
    }

    @Override
    public boolean marshall(final Map<String, Object> settings, final Element element) {
        final Map<String, Object> whole =
                settings == null ? null : SettingsMap.fill(settings, getDefaultSettings());
        if (!checkSettingsValidity(whole)) {
            return false;
        }
        LapSettingsXml.write(whole, element);
        return true;
    }

    @Override
    public boolean unmarshall(final Element element, final Map<String, Object> settings) {
        settings.clear();
        settings.putAll(getDefaultSettings());
        try {
            LapSettingsXml.read(element, settings);
        } catch (final VollTrackException exception) {
            errorMessage = NAME + ": " + exception.getMessage();
            return false;
        }
        return checkSettingsValidity(settings);
    }

    /**
     * Writes the settings; called by TrackMate 8.1.
     *
     * @param settings
     *            the map.
     * @param element
     *            receives attributes and children.
     * @return null, or what is wrong.
     */
    public String marshal(final Map<String, Object> settings, final Element element) {
        return marshall(settings, element) ? null : errorMessage;
    }

    /**
     * Reads the settings; called by TrackMate 8.1.
     *
     * @param element
     *            holds attributes and children.
     * @param settings
     *            is filled.
     * @return null, or what is wrong.
     */
    public String unmarshal(final Element element, final Map<String, Object> settings) {
        return unmarshall(element, settings) ? null : errorMessage;
    }

    @Override
    public String toString(final Map<String, Object> settings) {
        return checkSettingsValidity(settings) ? TMUtils.echoMap(settings, 2) : errorMessage;
    }

    @Override
    public ConfigurationPanel getTrackerConfigurationPanel(final Model model) {
        return new PruningTrackerPanel(model, "BTrackMate LAP tracker", getDefaultSettings());
    }

    @Override
    public PruningTrackerFactory copy() {
        return new PruningTrackerFactory();
    }

    @Override
    public String getErrorMessage() {
        return errorMessage;
    }

    /**
     * Makes the rows of pruning: for the tracker's page, and for whoever prunes without linking.
     *
     * @param timeUnits
     *            the model's.
     * @return a form of {@link PruneKeys}.
     */
    public static SettingsForm makePruningForm(final String timeUnits) {
        return PruningTrackerPanel.makeForm(timeUnits);
    }

    private static Map<String, Object> linkingDefaults() {
        final Map<String, Object> settings = LAPUtils.getDefaultSegmentSettingsMap();
        settings.put(TrackerKeys.KEY_LINKING_MAX_DISTANCE, TrackerKeys.DEFAULT_LINKING_MAX_DISTANCE);
        settings.put(
                TrackerKeys.KEY_LINKING_FEATURE_PENALTIES,
                new HashMap<>(TrackerKeys.DEFAULT_LINKING_FEATURE_PENALTIES));
        return settings;
    }

    /** Returns the settings without ours: TrackMate's tracker refuses keys that it does not know. */
    private static Map<String, Object> linkingOf(final Map<String, Object> settings) {
        final Map<String, Object> linking = new HashMap<>(settings);
        linking.keySet().removeAll(PruneKeys.defaults().keySet());
        return linking;
    }
}
