/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.panel;

import fiji.plugin.trackmate.gui.components.ConfigurationPanel;
import io.github.volltrack.fiji.settings.SettingsMap;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.swing.JScrollPane;

/** A page of TrackMate's wizard that holds a form. */
public class FormPanel extends ConfigurationPanel {

    private static final long serialVersionUID = 1L;

    private final SettingsForm form;
    private final transient Map<String, Object> defaults;
    private transient Map<String, Object> shown;

    /**
     * Makes the page.
     *
     * @param form
     *            its rows.
     * @param defaults
     *            every setting; shown at first.
     */
    public FormPanel(final SettingsForm form, final Map<String, Object> defaults) {
        super();
        this.form = form;
        this.defaults = new LinkedHashMap<>(defaults);
        this.shown = this.defaults;
        form.show(shown);
        setPreferredSize(new Dimension(300, 500));
        setLayout(new BorderLayout());
        final JScrollPane pane = new JScrollPane(
                form, JScrollPane.VERTICAL_SCROLLBAR_AS_NEEDED, JScrollPane.HORIZONTAL_SCROLLBAR_NEVER);
        pane.setBorder(null);
        add(pane, BorderLayout.CENTER);
    }

    /** Shows settings; what they leave out, or have no sense for, has its default: TrackMate hands any map over. */
    @Override
    public final void setSettings(final Map<String, Object> settings) {
        shown = SettingsMap.complete(settings, defaults);
        form.show(shown);
    }

    @Override
    public final Map<String, Object> getSettings() {
        final Map<String, Object> settings = new LinkedHashMap<>(shown);
        settings.putAll(form.read());
        return settings;
    }

    @Override
    public void clean() {
        // nothing runs behind the page
    }
}
