/**
 * Authentication by JSON Web Tokens: keys from secrets, files and a JWKS URL, and a {@link
 * dev.boardcast.spi.Principal} from verified claims.
 */
package dev.boardcast.auth;
