package dev.boardcast.config;

import dev.boardcast.spi.Setting;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How values of one Java type are written.
 *
 * @param expected what a value looks like, to end the sentence "expected …"
 * @param parser reads a value; throws {@link IllegalArgumentException} for a bad one
 * @param schema keywords of JSON Schema for the value in the configuration file
 */
record SettingType(String expected, Function<String, Object> parser, Map<String, Object> schema) {
  /** A file, or nothing. */
  static final SettingType FILE =
      plain(
          "a path, or nothing",
          text -> text.isBlank() ? Optional.empty() : Optional.of(Path.of(text.strip())));

  private static final String COMMAS = ", separated by commas";

  /**
   * The type of a declared component.
   *
   * @throws IllegalArgumentException for a type that no value can be read as
   */
  static SettingType of(Type type, Setting declared) {
    if (type instanceof ParameterizedType generic) return ofGeneric(generic, declared);
    if (type == int.class || type == Integer.class) return number(true, declared);
    if (type == long.class || type == Long.class) return number(false, declared);
    if (type == boolean.class) return onOff();
    if (type == String.class) return text(declared);
    if (type == Duration.class) return duration(declared);
    if (type == Path.class) return plain("a path", text -> Path.of(nonBlank(text)));
    if (type == ZoneId.class) {
      return plain("a time zone such as UTC or Europe/Berlin", SettingType::zone);
    }
    if (type instanceof Class<?> plain && plain.isEnum()) return oneOf(plain);
    if (type instanceof Class<?> plain && declared.json()) return parsed(plain).asJson();
    if (type instanceof Class<?> plain) return parsed(plain);
    throw new IllegalArgumentException("no values can be read as " + type.getTypeName());
  }

  private static SettingType ofGeneric(ParameterizedType type, Setting declared) {
    Type[] arguments = type.getActualTypeArguments();
    SettingType element = of(arguments[arguments.length - 1], declared);
    if (type.getRawType() == Optional.class) {
      return new SettingType(
          element.expected + ", or nothing",
          text ->
              text.isBlank() ? Optional.empty() : Optional.of(element.parser.apply(text.strip())),
          Map.of("anyOf", List.of(element.schema, Map.of("const", ""))));
    }
    if (type.getRawType() == List.class) {
      return list(element, element.expected + COMMAS, Collections::unmodifiableList);
    }
    if (type.getRawType() == Set.class) {
      return list(element, "one or more of " + element.expected + COMMAS, SettingType::nonEmptySet);
    }
    if (type.getRawType() == Map.class && arguments[0] == String.class) return map(element);
    throw new IllegalArgumentException("no values can be read as " + type.getTypeName());
  }

  private static SettingType number(boolean isInt, Setting declared) {
    Function<String, Long> read =
        text -> isInt ? (long) Integer.parseInt(text) : Long.parseLong(text);
    var schema = new LinkedHashMap<String, Object>(Map.of("type", "integer"));
    if (!declared.min().isEmpty()) schema.put("minimum", read.apply(declared.min()));
    if (!declared.max().isEmpty()) schema.put("maximum", read.apply(declared.max()));
    var number =
        bounded("a whole number" + of(declared.unit()), read, declared, Map.copyOf(schema));
    return isInt ? number.then(value -> ((Long) value).intValue()) : number;
  }

  private static SettingType duration(Setting declared) {
    return bounded(
        "a duration such as 250ms, 5s or 1m",
        Texts::duration,
        declared,
        Map.of("type", "string", "pattern", "^" + Texts.DURATION.pattern() + "$"));
  }

  private static <T extends Comparable<T>> SettingType bounded(
      String noun, Function<String, T> read, Setting declared, Map<String, Object> schema) {
    var min = Optional.of(declared.min()).filter(text -> !text.isEmpty()).map(read);
    var max = Optional.of(declared.max()).filter(text -> !text.isEmpty()).map(read);
    Function<String, Object> parser =
        text -> {
          T value = read.apply(text);
          boolean isTooLow = min.isPresent() && value.compareTo(min.get()) < 0;
          boolean isTooHigh = max.isPresent() && value.compareTo(max.get()) > 0;
          if (isTooLow || isTooHigh) throw new IllegalArgumentException();
          return value;
        };
    return new SettingType(noun, parser, schema);
  }

  private static SettingType onOff() {
    return new SettingType(
        "on or off",
        text ->
            switch (text) {
              case "on", "true" -> true;
              case "off", "false" -> false;
              default -> throw new IllegalArgumentException();
            },
        Map.of("enum", List.of(true, false, "on", "off", "true", "false")));
  }

  private static SettingType text(Setting declared) {
    if (declared.pattern().isEmpty()) return plain("a text", SettingType::nonBlank);
    var pattern = Pattern.compile(declared.pattern());
    return new SettingType(
        "a text",
        text -> {
          if (!pattern.matcher(text).matches()) throw new IllegalArgumentException();
          return text;
        },
        Map.of("type", "string", "pattern", "^(?:" + declared.pattern() + ")$"));
  }

  private static SettingType oneOf(Class<?> type) {
    Map<String, Object> constants =
        Stream.of(type.getEnumConstants())
            .collect(
                Collectors.toMap(
                    one -> ((Enum<?>) one).name().toLowerCase(Locale.ROOT),
                    one -> one,
                    (one, other) -> one,
                    LinkedHashMap::new));
    var names = List.copyOf(constants.keySet());
    return new SettingType(
        String.join(", ", names.subList(0, names.size() - 1))
            + " or "
            + names.get(names.size() - 1),
        text -> Optional.ofNullable(constants.get(text)).orElseThrow(IllegalArgumentException::new),
        Map.of("enum", names));
  }

  /** A type with a static method {@code parse(String)}, as the types of java.time have. */
  private static SettingType parsed(Class<?> type) {
    Method parse;
    try {
      parse = type.getDeclaredMethod("parse", String.class);
    } catch (NoSuchMethodException none) {
      throw new IllegalArgumentException(
          "no values can be read as " + type + ": it has no static parse(String)", none);
    }
    if (!Modifier.isStatic(parse.getModifiers()) || parse.getReturnType() != type) {
      throw new IllegalArgumentException(parse + " must be static and return " + type);
    }
    parse.setAccessible(true);
    return plain(
        "a text",
        text -> {
          try {
            return parse.invoke(null, text);
          } catch (InvocationTargetException bad) {
            throw new IllegalArgumentException(bad.getCause());
          } catch (IllegalAccessException defect) {
            throw new IllegalStateException(defect);
          }
        });
  }

  private static SettingType list(
      SettingType element, String expected, Function<List<Object>, Object> collect) {
    return new SettingType(
        expected,
        text -> {
          var values = new ArrayList<>();
          Texts.list(text).forEach(each -> values.add(element.parser.apply(each)));
          return collect.apply(values);
        },
        Map.of(
            "anyOf",
            List.of(Map.of("type", "array", "items", element.schema), Map.of("type", "string"))));
  }

  private static SettingType map(SettingType element) {
    boolean isNumber = "integer".equals(element.schema.get("type"));
    SettingType entry =
        plain(
            "<name>=" + element.expected,
            text -> {
              int equals = isNumber ? text.lastIndexOf('=') : text.indexOf('=');
              if (equals < 1) throw new IllegalArgumentException();
              String name = text.substring(0, equals).strip();
              return Map.entry(
                  nonBlank(name), element.parser.apply(text.substring(equals + 1).strip()));
            });
    return list(
        entry,
        entry.expected + COMMAS,
        entries -> {
          var values = new LinkedHashMap<Object, Object>();
          for (Object each : entries) {
            values.put(((Map.Entry<?, ?>) each).getKey(), ((Map.Entry<?, ?>) each).getValue());
          }
          return Collections.unmodifiableMap(values);
        });
  }

  private static Set<Object> nonEmptySet(List<Object> values) {
    if (values.isEmpty()) throw new IllegalArgumentException();
    return Collections.unmodifiableSet(new LinkedHashSet<>(values));
  }

  /** As an offset where it is nothing else: UTC is one. */
  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text).normalized();
    } catch (DateTimeException unknown) {
      throw new IllegalArgumentException(unknown);
    }
  }

  private static String nonBlank(String text) {
    if (text.isBlank()) throw new IllegalArgumentException();
    return text.strip();
  }

  private static String of(String unit) {
    return unit.isEmpty() ? "" : " of " + unit;
  }

  private static SettingType plain(String expected, Function<String, Object> parser) {
    return new SettingType(expected, parser, Map.of("type", "string"));
  }

  /** The same, written as an array or an object in the configuration file. */
  private SettingType asJson() {
    return new SettingType(expected, parser, Map.of("type", List.of("array", "object", "string")));
  }

  private SettingType then(Function<Object, Object> more) {
    return new SettingType(expected, parser.andThen(more), schema);
  }
}
