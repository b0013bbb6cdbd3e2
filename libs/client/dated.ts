/** A reply of the service in which every instant is a Date: `fromMs` becomes `from`, `shiftAtMs` becomes `shiftAt`. */
export type Dated<Value> = Value extends readonly (infer Item)[]
  ? readonly Dated<Item>[]
  : Value extends object
    ? {
        readonly [Key in keyof Value as Key extends `${infer Name}Ms` ? Name : Key]: Key extends `${string}Ms`
          ? Instant<Value[Key]>
          : Dated<Value[Key]>;
      }
    : Value;
type Instant<Value> = Value extends number ? Date : Value;

export function dated<Value>(value: Value): Dated<Value> {
  return convert(value) as Dated<Value>;
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) =>
      key.endsWith('Ms')
        ? [key.slice(0, -2), typeof each === 'number' ? new Date(each) : each]
        : [key, convert(each)],
    ),
  );
}
