package dev.boardcast.spi;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The query parameters of a request: each known, each at most once but where said. */
public final class QueryParameters {
  private final MultiMap parameters;

  private QueryParameters(MultiMap parameters) {
    this.parameters = parameters;
  }

  /**
   * @throws Problem 400 naming a parameter that is unknown or repeated
   */
  public static QueryParameters of(RoutingContext context, String... known) {
    return of(context, Set.of(), known);
  }

  /**
   * @param repeatable those that may come more than once
   * @throws Problem 400 naming a parameter that is unknown or repeated
   */
  public static QueryParameters of(
      RoutingContext context, Set<String> repeatable, String... known) {
    MultiMap parameters = context.queryParams();
    Set<String> names = new TreeSet<>(Arrays.asList(known));
    for (String name : parameters.names()) {
      if (!names.contains(name)) {
        throw Problem.invalid(
            name,
            names.isEmpty()
                ? "no parameters"
                : "no such parameter, but one of " + String.join(", ", names));
      }
      if (parameters.getAll(name).size() > 1 && !repeatable.contains(name)) {
        throw Problem.invalid(name, "at most one value");
      }
    }
    return new QueryParameters(parameters);
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** All values of one that may be repeated, none when it is left out. */
  public List<String> texts(String name) {
    return parameters.getAll(name);
  }

  /**
   * @throws Problem 400 when it is not a whole number from {@code least} to {@code most}
   */
  public int number(String name, int least, int most, int otherwise) {
    String text = parameters.get(name);
    if (text == null) return otherwise;
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) return number;
    }
    throw Problem.invalid(name, "a whole number from " + least + " to " + most);
  }
}
