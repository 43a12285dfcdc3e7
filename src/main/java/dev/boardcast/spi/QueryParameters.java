package dev.boardcast.spi;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The query parameters of a request: unknown and repeated ones are rejected. */
public final class QueryParameters {
  private static final String OTHERS = "boardcast.parameters";

  private final MultiMap parameters;

  private QueryParameters(MultiMap parameters) {
    this.parameters = parameters;
  }

  /**
   * The parameters of a request, each at most once.
   *
   * @param known the names allowed
   * @throws Problem 400 naming a parameter that is unknown or repeated
   */
  public static QueryParameters of(RoutingContext context, String... known) {
    return of(context, Set.of(), known);
  }

  /**
   * The parameters of a request.
   *
   * @param repeatable names that may occur more than once
   * @param known the names allowed
   * @throws Problem 400 naming a parameter that is unknown or repeated
   */
  public static QueryParameters of(
      RoutingContext context, Set<String> repeatable, String... known) {
    Collection<String> others = context.get(OTHERS, Set.of());
    return of(
        context.queryParams(),
        repeatable,
        Stream.concat(Arrays.stream(known), others.stream()).toArray(String[]::new));
  }

  /** Lets a request have further parameters, which are read elsewhere. */
  public static void allow(RoutingContext context, Collection<String> names) {
    context.put(OTHERS, Set.copyOf(names));
  }

  /**
   * Parameters of the same meaning from elsewhere, such as a message.
   *
   * @param repeatable names that may occur more than once
   * @param known the names allowed
   * @throws Problem 400 naming a parameter that is unknown or repeated
   */
  public static QueryParameters of(MultiMap parameters, Set<String> repeatable, String... known) {
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

  /** A parameter's value, empty if it is missing. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** All values of a repeatable parameter. */
  public List<String> texts(String name) {
    return parameters.getAll(name);
  }

  /**
   * A whole number.
   *
   * @param otherwise the value if the parameter is missing
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
