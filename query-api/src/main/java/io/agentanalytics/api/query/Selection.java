package io.agentanalytics.api.query;

import io.agentanalytics.api.query.Listing.Operator;
import io.agentanalytics.api.query.Listing.RowFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups that a listing asks for by their values: equality in {@code where}, and {@code filter}.
 *
 * @param sql condition on the columns of the rows
 */
record Selection(String sql, Map<String, Object> binds) {

    static Selection of(Listing listing, Grouping grouping, Grouping.CellSource source) {
        List<String> conditions = new ArrayList<>();
        Map<String, Object> binds = new HashMap<>();
        for (RowFilter condition : listing.where()) {
            int column = grouping.by().indexOf(condition.column());
            if (column >= 0 && condition.operator() == Operator.IS) {
                String bind = "selected" + binds.size();
                conditions.add(source.columns().get(column) + " = :" + bind);
                binds.put(bind, condition.value());
            }
        }
        if (!listing.filter().isEmpty()) {
            String values = String.join(" || E'\\n' || ", source.columns());
            conditions.add("position(lower(:filter) IN lower(%s)) > 0".formatted(values));
            binds.put("filter", listing.filter());
        }
        return new Selection(
                conditions.isEmpty() ? "true" : String.join(" AND ", conditions), binds);
    }

    boolean isAll() {
        return sql.equals("true");
    }
}
