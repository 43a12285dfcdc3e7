/**
 * Settings: reads declarations from record classes, checks values, makes the records.
 *
 * <p>A setting is declared once, with {@link dev.boardcast.spi.Setting} on a record component
 * beside the code that uses it.
 */
package dev.boardcast.config;
