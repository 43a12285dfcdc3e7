package dev.boardcast.engine;

import java.util.Optional;

/** The version of the product, as nodes tell each other and their clients. */
public final class ProductVersion {
  /** Of the jar; {@code dev} where the classes are in none. */
  public static final String CURRENT =
      Optional.ofNullable(ProductVersion.class.getPackage().getImplementationVersion())
          .orElse("dev");

  private ProductVersion() {}
}
