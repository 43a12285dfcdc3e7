package dev.boardcast.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares one setting, on a component of a record. The flag, the environment variable, the key of
 * the configuration file, the check of a value, the help, the settings page and the JSON schema are
 * derived from this declaration.
 *
 * <p>The component's type decides how a value is read: {@code int}, {@code long}, {@code boolean}
 * (on or off), {@code String}, {@code Duration} (250ms, 5s, 1m, 2h, 30d), {@code Path}, {@code
 * ZoneId}, an enum (in lower case), any type with a static method {@code parse(String)}, and {@code
 * Optional}, {@code List}, {@code Set} (not empty) and {@code Map<String, …>} (name=value) of
 * these, with commas between. A component that is itself such a record is flattened.
 *
 * <p>A check that involves more than one value belongs in the record's compact constructor, which
 * throws {@link InvalidSettingException}.
 *
 * <pre>{@code
 * @SettingGroup("Deploys board")
 * record DeploysConfig(
 *     @Setting(
 *             key = "deploys-window",
 *             defaultValue = "7d",
 *             min = "15m",
 *             description = "How far back deploys are counted.")
 *         Duration window) {}
 * }</pre>
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Setting {
  /** The name in kebab case, unique among all settings of a node. */
  String key();

  /** As an operator writes it; empty where the type allows no value. */
  String defaultValue() default "";

  /** The least value, as an operator writes it; for numbers and durations. */
  String min() default "";

  /** The greatest value, as an operator writes it; for numbers and durations. */
  String max() default "";

  /** What a number counts, in the plural, such as {@code bytes}. */
  String unit() default "";

  /** A regular expression that a text, or each text of a list, must match as a whole. */
  String pattern() default "";

  /**
   * What a value looks like, to end the sentence "expected …"; bounds are added. Needed only where
   * the type does not say it.
   */
  String expected() default "";

  /** One sentence with its full stop: what the setting decides. */
  String description();

  /**
   * Whether a value is JSON: in the configuration file it is an array or an object, elsewhere its
   * text.
   */
  boolean json() default false;

  /**
   * Whether values are secrets: they are never shown, and may be given in a file, by the setting
   * with {@code -file} at its end.
   */
  boolean secret() default false;

  /**
   * Whether a secret is the address of a server, with a password in it: scheme, host, port and path
   * may be shown.
   */
  boolean address() default false;
}
