package io.agentanalytics.contract;

import static io.agentanalytics.contract.RejectCode.*;

import java.text.Normalizer;

/** Validates the text fields of an event. */
final class EventText {
    private static final int ID_BYTES = 256;
    private static final int TAG_CHARS = 256;

    private EventText() {}

    /**
     * Returns the text trimmed and in Unicode NFC, so that different encodings of a name are equal.
     */
    static String identifier(String field, String raw, int maxChars) throws InvalidEventException {
        // Scan before trimming: leading and trailing tabs and line breaks are control characters.
        boolean ascii = scan(field, raw);
        String text = raw.strip();
        if (ascii) {
            return limited(field, text, maxChars, TOO_LONG);
        }
        String id = Normalizer.normalize(text, Normalizer.Form.NFC);
        for (int i = 0; i < id.length(); i++) {
            if (isInvisible(id.codePointAt(i))) {
                throw new InvalidEventException(
                        BAD_UNICODE,
                        "%s contains the invisible character U+%04X."
                                .formatted(field, id.codePointAt(i)));
            }
        }
        if (utf8Length(id) > ID_BYTES) {
            throw new InvalidEventException(
                    TOO_LONG, "%s is longer than %d bytes.".formatted(field, ID_BYTES));
        }
        return limited(field, id, maxChars, TOO_LONG);
    }

    static String checked(String field, String text, int maxChars, RejectCode tooLong)
            throws InvalidEventException {
        scan(field, text);
        return limited(field, text, maxChars, tooLong);
    }

    /** Returns the value of a tag trimmed and in Unicode NFC, as ids and budgets are. */
    static String tag(String field, String raw) throws InvalidEventException {
        boolean ascii = scan(field, raw);
        String text = raw.strip();
        String tag = ascii ? text : Normalizer.normalize(text, Normalizer.Form.NFC);
        return limited(field, tag, TAG_CHARS, TOO_COMPLEX);
    }

    private static String limited(String field, String text, int maxChars, RejectCode code)
            throws InvalidEventException {
        if (text.length() > maxChars) {
            throw new InvalidEventException(
                    code,
                    "%s has %d characters; the maximum is %d."
                            .formatted(field, text.length(), maxChars));
        }
        return text;
    }

    /** Rejects control characters and lone surrogates; returns true if the text is plain ASCII. */
    private static boolean scan(String field, String text) throws InvalidEventException {
        boolean ascii = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                throw new InvalidEventException(
                        CONTROL_CHARACTER,
                        "%s contains the control character U+%04X.".formatted(field, (int) c));
            }
            if (c < 0x80) {
                continue;
            }
            ascii = false;
            if (Character.isSurrogate(c)) {
                boolean pair =
                        Character.isHighSurrogate(c)
                                && i + 1 < text.length()
                                && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new InvalidEventException(
                            BAD_UNICODE, "%s contains half a surrogate pair.".formatted(field));
                }
                i++;
            }
        }
        return ascii;
    }

    /**
     * True for bidi overrides, zero-width and tag characters, which make different ids look the
     * same.
     */
    private static boolean isInvisible(int codePoint) {
        return Character.getType(codePoint) == Character.FORMAT;
    }

    private static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
