// The examples of the spec, and values with nulls made from them, for the zod schemas to accept.

import { readFileSync } from "node:fs";

type Node = { [key: string]: any };

const spec: Node = JSON.parse(readFileSync(process.env.OPENAPI_JSON!, "utf8"));

function resolve(node: Node): Node {
  const path: string[] = node.$ref?.slice(2).split("/") ?? [];
  return path.length > 0 ? path.reduce((inner, key) => inner[key], spec) : node;
}

/** The name of the schema that a reference leads to. */
const nameOf = (schema: Node): string | undefined => schema.$ref?.split("/").pop();

/** A value with a name of its schema. */
export interface Sample {
  schema: string;
  what: string;
  value: unknown;
}

/** The examples of an operation in JSON: those of its body and of all its responses. */
function examples(operation: Node): Sample[] {
  const bodies = [operation.requestBody ?? {}, ...Object.values<Node>(operation.responses)].map(resolve);
  return bodies.flatMap((body) => {
    const media = body.content?.["application/json"];
    return Object.entries<Node>(media?.examples ?? {}).map(([name, example]) => ({
      schema: nameOf(media.schema)!,
      what: name,
      value: resolve(example).value,
    }));
  });
}

/** The names of all schemas below a node. */
function schemas(node: unknown, found: Set<string>): Set<string> {
  if (Array.isArray(node)) {
    node.forEach((inner) => schemas(inner, found));
  } else if (node !== null && typeof node === "object") {
    const reference: string | undefined = (node as Node).$ref;
    const name = reference?.startsWith("#/components/schemas/") ? nameOf(node as Node)! : undefined;
    if (reference !== undefined && !(name !== undefined && found.has(name))) {
      if (name !== undefined) found.add(name);
      schemas(resolve(node as Node), found);
    }
    Object.values(node).forEach((inner) => schemas(inner, found));
  }
  return found;
}

/** A value of a schema, made of the examples of its properties. */
function instance(schema: Node): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.$ref !== undefined) return instance(resolve(schema));
  if (schema.oneOf !== undefined) return instance(schema.oneOf[0]);
  if (schema.type === "array") return [instance(schema.items)];
  const properties = Object.entries<Node>(schema.properties ?? {});
  return Object.fromEntries(properties.map(([name, property]) => [name, instance(property)]));
}

/** Values of a schema in which each nullable property is null in turn. */
function nulls(name: string): Sample[] {
  const schema: Node = spec.components.schemas[name];
  const nullable = (property: Node) =>
    property.nullable || property.oneOf?.some((branch: Node) => branch.nullable && branch.enum?.[0] === null);
  const properties = Object.entries<Node>(schema.properties ?? {}).filter(([, property]) => nullable(property));
  return properties.map(([property]) => ({
    schema: name,
    what: `null in ${property}`,
    value: { ...(instance(schema) as object), [property]: null },
  }));
}

/** Every operation with its samples: its examples, and the nulls of the schemas it uses. */
export function samples(): [string, Sample[]][] {
  const operations = Object.values<Node>(spec.paths).flatMap((item) => Object.values<Node>(item));
  return operations.map((operation) => {
    const names = [...schemas([operation.requestBody, operation.responses], new Set())];
    return [operation.operationId, [...examples(operation), ...names.flatMap(nulls)]];
  });
}
