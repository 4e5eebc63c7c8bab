package io.agentanalytics.sources;

import java.math.BigDecimal;

/** Texts of attribute values; equal in both encodings of OTLP. */
final class OtlpValues {
    private OtlpValues() {}

    /** Returns a number as text; whole numbers have no fraction, as JSON writes them. */
    static String text(double value) {
        if (!Double.isFinite(value)) {
            return "";
        }
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
}
