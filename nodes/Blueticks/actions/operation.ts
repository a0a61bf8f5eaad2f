import type {
  IDataObject,
  IExecuteFunctions,
  INodeExecutionData,
  INodeProperties,
  INodePropertyOptions,
} from 'n8n-workflow';

/** How the editor shows an operation, and which fields it has. */
interface Described {
  value: string;
  name: string;
  description: string;
  /** The line in n8n's list of actions, e.g. "Schedule a message". */
  action: string;
  fields: INodeProperties[];
}

/** Runs for one input item. Returns one object for each output item. */
interface ForEachItem extends Described {
  execute(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject | IDataObject[]>;
}

/** The same, for output with files. */
interface WithFiles extends Described {
  executeWithFiles(context: IExecuteFunctions, itemIndex: number): Promise<INodeExecutionData[]>;
}

/** Runs for all items at once if `isTogether` says so; otherwise item by item. */
interface ForAllItems extends ForEachItem {
  isTogether(context: IExecuteFunctions): boolean;
  /** The output is paired with all these items. */
  executeTogether(context: IExecuteFunctions, itemIndexes: number[]): Promise<IDataObject[]>;
}

/** The result or error of one input item. */
export type Outcome = { itemIndex: number } & ({ json: IDataObject } | { error: unknown });

/** Runs for each input item, but with several in one request. Yields the outcome of each item, in their order. */
interface InBatches extends ForEachItem {
  executeInBatches(context: IExecuteFunctions, itemIndexes: number[]): AsyncIterable<Outcome>;
}

/** Pauses the execution. The output arrives later, through the node's webhook. */
interface Waiting extends Described {
  executeAndWait(context: IExecuteFunctions): Promise<INodeExecutionData[][]>;
}

export type Operation = ForEachItem | WithFiles | ForAllItems | InBatches | Waiting;

export interface Resource {
  value: string;
  name: string;
  /** In alphabetical order of their names. */
  operations: Operation[];
  defaultOperation: string;
}

/** The node's properties: the selectors, then the fields of each operation, shown only for that operation. */
export function propertiesOf(resources: Resource[], defaultResource: string): INodeProperties[] {
  const selectors: INodeProperties[] = [
    {
      displayName: 'Resource',
      name: 'resource',
      type: 'options',
      noDataExpression: true,
      options: resources.map(({ name, value }) => ({ name, value })),
      default: defaultResource,
    },
    ...resources.map(operationSelector),
  ];
  const fields = resources.flatMap((resource) =>
    resource.operations.flatMap((operation) =>
      operation.fields.map((field) => shownFor(field, resource.value, operation.value)),
    ),
  );
  return [...selectors, ...fields];
}

export function findOperation(resources: Resource[], resource: string, operation: string): Operation {
  const found = resources
    .find(({ value }) => value === resource)
    ?.operations.find(({ value }) => value === operation);
  if (!found)
    throw new Error(
      `This version of the node has no operation "${operation}" for "${resource}". Choose another one, or update the package.`,
    );
  return found;
}

function operationSelector(resource: Resource): INodeProperties {
  const options: INodePropertyOptions[] = resource.operations.map(({ name, value, description, action }) => ({
    name,
    value,
    description,
    action,
  }));
  return {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: [resource.value] } },
    options,
    default: resource.defaultOperation,
  };
}

function shownFor(field: INodeProperties, resource: string, operation: string): INodeProperties {
  const show = { ...field.displayOptions?.show, resource: [resource], operation: [operation] };
  return { ...field, displayOptions: { ...field.displayOptions, show } };
}
