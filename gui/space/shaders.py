"""What the graphics processor runs: GLSL 1.20, which every OpenGL from 2.1 on understands."""

from __future__ import annotations

SURFACE_VERTEX = """
attribute vec3 place;
attribute vec2 slope;
attribute float band;
uniform mat4 matrix;
varying vec3 normal;
varying float level;
void main() {
    gl_Position = matrix * vec4(place, 1.0);
    normal = vec3(-slope, 1.0);
    level = band;
}
"""

# A band's colour, lit from two sides, with a thin line where bands meet: as wide on the screen at any slope.
SURFACE_FRAGMENT = """
uniform sampler2D colours;
uniform float bands;
uniform vec4 contour;
uniform vec3 light;
uniform vec2 shades;
uniform float thickness;
varying vec3 normal;
varying float level;
void main() {
    float band = clamp(floor(level), 0.0, bands - 1.0);
    vec3 colour = texture2D(colours, vec2((band + 0.5) / 256.0, 0.5)).rgb;
    vec3 n = normalize(normal);
    float lit = dot(n, light);
    colour *= 1.0 + (lit >= 0.0 ? shades.x * lit : shades.y * lit) - shades.x * light.z;
    float across = max(fwidth(level), 1e-6);
    float away = abs(fract(level - 0.5) - 0.5) / across;
    float line = 1.0 - smoothstep(0.5 * thickness - 0.4, 0.5 * thickness + 0.6, away);
    line *= 1.0 - smoothstep(0.18, 0.45, across);
    if (level < 0.5 || level > bands - 0.5) line = 0.0;
    gl_FragColor = vec4(mix(colour, contour.rgb, line * contour.a), 1.0);
}
"""

# A piece of a line becomes a ribbon that faces the screen; `corner` is (end, side). What lies before the step `now`
# comes nearer to the eye than what lies ahead.
LINE_VERTEX = """
attribute vec4 first;
attribute vec4 last;
attribute vec2 corner;
uniform mat4 matrix;
uniform vec2 pixels;
uniform float width;
uniform vec2 bias;
uniform float now;
varying float step;
void main() {
    vec4 a = matrix * vec4(first.xyz, 1.0);
    vec4 b = matrix * vec4(last.xyz, 1.0);
    vec2 way = (b.xy / b.w - a.xy / a.w) * pixels;
    float length_ = length(way);
    way = length_ > 1e-4 ? way / length_ : vec2(1.0, 0.0);
    vec4 end = corner.x < 0.5 ? a : b;
    vec2 shift = (vec2(-way.y, way.x) * corner.y + way * (corner.x - 0.5) * 0.9) * width;
    end.xy += shift / pixels * end.w;
    step = corner.x < 0.5 ? first.w : last.w;
    end.z -= (bias.x + (first.w < now ? bias.y : 0.0)) * end.w;
    gl_Position = end;
}
"""

LINE_FRAGMENT = """
uniform vec4 colour;
uniform vec4 ahead;
uniform float now;
varying float step;
void main() {
    vec4 found = step <= now ? colour : ahead;
    if (found.a == 0.0) discard;
    gl_FragColor = found;
}
"""
