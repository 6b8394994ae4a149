/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.panel;

import fiji.plugin.trackmate.gui.Fonts;
import fiji.plugin.trackmate.gui.GuiUtils;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Insets;
import java.awt.Rectangle;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JEditorPane;
import javax.swing.JFileChooser;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextField;
import javax.swing.Scrollable;

/** A column of rows, each of which shows one entry of a settings map; as wide as the wizard, scrolled downwards. */
public final class SettingsForm extends JPanel implements Scrollable {

    private static final long serialVersionUID = 1L;
    private static final int UNIT_COLUMN = 2;

    private final transient Map<String, FormField> fields = new LinkedHashMap<>();
    private int nRows;

    /** Makes an empty form. */
    public SettingsForm() {
        super(new GridBagLayout());
    }

    /**
     * Adds the name of the plug-in.
     *
     * @param text
     *            one line.
     */
    public void addTitle(final String text) {
        final JLabel label = new JLabel(text, JLabel.CENTER);
        label.setFont(Fonts.BIG_FONT);
        addWide(label, 5);
    }

    /**
     * Adds what the plug-in does.
     *
     * @param html
     *            in html tags.
     */
    public void addInfo(final String html) {
        final JEditorPane text = GuiUtils.infoDisplay(html);
        text.setCaretPosition(0); // else its end is shown
        final JScrollPane info = GuiUtils.textInScrollPanel(text);
        info.setPreferredSize(new Dimension(200, 110));
        info.setMinimumSize(info.getPreferredSize());
        addWide(info, 5);
    }

    /**
     * Adds the heading of the rows below.
     *
     * @param text
     *            one line.
     */
    public void addHeading(final String text) {
        final JLabel label = new JLabel(text);
        label.setFont(Fonts.FONT.deriveFont(Font.BOLD));
        addWide(label, 10);
    }

    /**
     * Adds a choice of a channel.
     *
     * @param key
     *            of an Integer.
     * @param text
     *            the label.
     * @param nChannels
     *            of the image.
     * @param mayBeNone
     *            whether 0, none, can be chosen.
     */
    public void addChannel(final String key, final String text, final int nChannels, final boolean mayBeNone) {
        final JComboBox<String> box = new JComboBox<>();
        if (mayBeNone) {
            box.addItem("none");
        }
        for (int channel = 1; channel <= nChannels; channel++) {
            box.addItem(String.valueOf(channel));
        }
        addRow(key, text, "", FormField.ofChoice(box, mayBeNone ? 0 : 1));
    }

    /**
     * Adds a choice of a word.
     *
     * @param key
     *            of a String.
     * @param text
     *            the label.
     * @param words
     *            the values.
     */
    public void addChoice(final String key, final String text, final String... words) {
        addRow(key, text, "", FormField.ofWord(new JComboBox<>(words)));
    }

    /**
     * Adds a decimal number.
     *
     * @param key
     *            of a Double.
     * @param text
     *            the label.
     * @param unit
     *            shown behind; may be empty.
     */
    public void addNumber(final String key, final String text, final String unit) {
        addRow(key, text, unit, FormField.ofDecimal(makeTextField()));
    }

    /**
     * Adds a whole number.
     *
     * @param key
     *            of an Integer.
     * @param text
     *            the label.
     * @param unit
     *            shown behind; may be empty.
     */
    public void addWhole(final String key, final String text, final String unit) {
        addRow(key, text, unit, FormField.ofWhole(makeTextField()));
    }

    /**
     * Adds a line of text.
     *
     * @param key
     *            of a String.
     * @param text
     *            the label.
     */
    public void addText(final String key, final String text) {
        addRow(key, text, "", FormField.ofText(makeTextField()));
    }

    /**
     * Adds a path with a button that asks for it.
     *
     * @param key
     *            of a String.
     * @param text
     *            the label.
     */
    public void addFile(final String key, final String text) {
        final JTextField path = makeTextField();
        path.setHorizontalAlignment(JTextField.LEFT);
        final JButton button = new JButton("...");
        button.setFont(Fonts.SMALL_FONT);
        button.setMargin(new Insets(0, 2, 0, 2));
        button.addActionListener(event -> {
            final JFileChooser chooser = new JFileChooser(path.getText());
            if (chooser.showOpenDialog(this) == JFileChooser.APPROVE_OPTION) {
                path.setText(chooser.getSelectedFile().getPath());
            }
        });
        addRow(key, text, "", FormField.ofText(path));
        add(button, place(UNIT_COLUMN, nRows - 1, 1, 2));
    }

    /**
     * Adds a yes or no.
     *
     * @param key
     *            of a Boolean.
     * @param text
     *            the label.
     */
    public void addCheck(final String key, final String text) {
        final JCheckBox box = new JCheckBox(text);
        box.setFont(Fonts.SMALL_FONT);
        addWide(box, 2);
        fields.put(key, FormField.ofCheck(box));
    }

    /**
     * Shows settings; keys without a row are passed over, and a row without a value of its kind stays as it is.
     *
     * @param settings
     *            the map.
     */
    public void show(final Map<String, Object> settings) {
        fields.forEach((key, field) -> field.show(settings.get(key)));
    }

    /**
     * Reads what is shown.
     *
     * @return a value for each row; a field that holds no number gives its last one.
     */
    public Map<String, Object> read() {
        final Map<String, Object> settings = new LinkedHashMap<>();
        fields.forEach((key, field) -> settings.put(key, field.read()));
        return settings;
    }

    @Override
    public Dimension getPreferredScrollableViewportSize() {
        return getPreferredSize();
    }

    @Override
    public int getScrollableUnitIncrement(final Rectangle visible, final int orientation, final int direction) {
        return 24;
    }

    @Override
    public int getScrollableBlockIncrement(final Rectangle visible, final int orientation, final int direction) {
        return 100;
    }

    @Override
    public boolean getScrollableTracksViewportWidth() {
        return true;
    }

    @Override
    public boolean getScrollableTracksViewportHeight() {
        return getParent() != null && getParent().getHeight() > getPreferredSize().height;
    }

    private void addRow(final String key, final String text, final String unit, final FormField field) {
        final JLabel label = new JLabel(text, JLabel.RIGHT);
        label.setFont(Fonts.SMALL_FONT);
        field.component().setFont(Fonts.SMALL_FONT);
        add(label, place(0, nRows, 1, 2));
        add(field.component(), place(1, nRows, 1, 2));
        if (!unit.isEmpty()) {
            final JLabel unitLabel = new JLabel(unit);
            unitLabel.setFont(Fonts.SMALL_FONT);
            add(unitLabel, place(UNIT_COLUMN, nRows, 1, 2));
        }
        fields.put(key, field);
        nRows++;
    }

    private void addWide(final Component component, final int above) {
        add(component, place(0, nRows, 3, above));
        nRows++;
    }

    private static JTextField makeTextField() {
        final JTextField field = new JTextField(6);
        field.setHorizontalAlignment(JTextField.CENTER);
        GuiUtils.selectAllOnFocus(field);
        return field;
    }

    private static GridBagConstraints place(final int column, final int row, final int width, final int above) {
        final double weight = column == 1 || width == 3 ? 1 : 0;
        return new GridBagConstraints(column, row, width, 1, weight, 0, GridBagConstraints.CENTER,
                GridBagConstraints.HORIZONTAL, new Insets(above, 5, 2, 5), 0, 0);
    }
}
