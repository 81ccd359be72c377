/**
 * The version this client names itself with. A test holds it equal to package.json, so the client needs no
 * JSON import (which not every runtime has).
 */
export const VERSION = '0.1.0';
